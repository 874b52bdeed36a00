/* case
{"servers": ["odd"]}
*/
return Object.keys(tools.odd);
/* transcript
returned: ["list_items_f22a8b","list_items","list_items_b3a2ea","list_items_e03487","then_","catch_","__proto___","constructor_","prototype_","toString_","hasOwnProperty_","toJSON_","default_","delete_","class_","await_","_","_7zip","$dollar","_n_","_evil","new_line","quote___","__","listItems","LIST_ITEMS","nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"]
*/
