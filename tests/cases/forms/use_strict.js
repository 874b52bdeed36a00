/* case
{}
*/
'use strict';
return (function () { return this === undefined; })();
/* transcript
returned: true
*/
