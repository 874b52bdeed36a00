/* case
{}
*/
return [typeof WeakRef, typeof FinalizationRegistry, typeof WeakMap];
