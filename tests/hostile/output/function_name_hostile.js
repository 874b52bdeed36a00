// ends: threw
const o = { ['\u001b[31m\n at host'](){ throw new Error('x'); } }; o['\u001b[31m\n at host']();
