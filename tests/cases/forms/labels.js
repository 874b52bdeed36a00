/* case
{}
*/
outer: for (let i = 0; i < 3; i++) {
  for (;;) {
    if (i === 1) break outer;
    continue outer;
  }
}
return 'done';
/* transcript
returned: "done"
*/
