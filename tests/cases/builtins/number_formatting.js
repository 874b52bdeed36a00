/* case
{}
*/
return [(0.000001234).toString(), (1234.5678).toFixed(2), (255).toString(16), (1e21).toLocaleString?.length > 0, Number('0x10'), parseInt('12px'), (25).toString(36), (1.005).toFixed(2), (123.456).toPrecision(4)];
/* transcript
returned: ["0.000001234","1234.57","ff",false,16,12,"p","1.00","123.5"]
*/
