// ends: returned threw
return (function () { return arguments; })(1, 2);
