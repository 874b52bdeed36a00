// expect: 1
return 1;
