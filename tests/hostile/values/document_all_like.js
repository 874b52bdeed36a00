// ends: returned threw
return [void 0, null, function* () {}];
