// ends: returned threw
Object.freeze(Object.prototype); Object.freeze(Array.prototype); Object.freeze(Promise.prototype); Object.freeze(Function.prototype); Object.freeze(Error.prototype);
try { await tools.kit.fail({ message: 'x' }); } catch (e) { return e.message; }
