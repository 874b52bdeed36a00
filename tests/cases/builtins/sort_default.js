/* case
{}
*/
return [10, 9, 1, undefined, 'b', 'a', , null].sort();
