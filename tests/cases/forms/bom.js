/* case
{}
*/
﻿return 'after a byte order mark';
/* transcript
returned: "after a byte order mark"
*/
