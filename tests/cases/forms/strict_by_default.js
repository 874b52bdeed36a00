/* case
{}
*/
return (function () { return typeof this; })();
