/* case
{}
*/
return [typeof WeakRef, typeof FinalizationRegistry, typeof WeakMap];
/* transcript
returned: ["function","function","function"]
*/
