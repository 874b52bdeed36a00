/* case
{}
*/
const r = await Promise.allSettled([tools.kit.echo({ value: 1 }), tools.kit.fail({ message: 'x' })]);
return r.map((s) => [s.status, s.value ?? s.reason.message]);
