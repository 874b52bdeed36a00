/* case
{}
*/
class P { #hidden = 1; constructor() { this.shown = 2; } get computed() { return 3; } }
return new P();
/* transcript
returned: {"shown":2}
*/
