// ends: returned threw
return new Function("using x = null; return 1;")();
