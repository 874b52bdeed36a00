/* case
{}
*/
break;
/* transcript
rejected: syntax at 4:1: illegal break statement
hint: A `break` statement can only be used within an enclosing iteration or switch statement.
*/
