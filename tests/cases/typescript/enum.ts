/* case
{}
*/
enum Colour { Red, Green = 5, Blue }
enum Word { Hi = 'hi' }
const enum Flag { On = 1 }
return [Colour.Blue, Colour[5], Word.Hi, Flag.On];
/* transcript
returned: [6,"Green","hi",1]
*/
