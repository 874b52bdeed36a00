/* case
{}
*/
break;
