// ends: returned
return await Promise.race(Array.from({ length: 30 }, (_, i) => i === 29 ? tools.kit.echo({ value: 'won' }) : tools.kit.never({})));
