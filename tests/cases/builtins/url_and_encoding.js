/* case
{}
*/
return [typeof URL, typeof URLSearchParams, typeof TextEncoder, typeof TextDecoder, typeof atob, typeof crypto];
/* transcript
returned: ["undefined","undefined","undefined","undefined","function","undefined"]
*/
/* transcript boa
returned: ["undefined","undefined","undefined","undefined","undefined","undefined"]
*/
