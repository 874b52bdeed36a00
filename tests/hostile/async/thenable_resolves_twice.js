// ends: returned
return await { then(r) { r(1); r(2); throw new Error('late'); } };
