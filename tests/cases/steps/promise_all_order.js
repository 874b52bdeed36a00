/* case
{}
*/
return Promise.all([30, 10, 20].map((ms) => tools.kit.slow({ ms, value: ms })));
