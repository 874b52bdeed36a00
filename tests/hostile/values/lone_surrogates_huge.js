// ends: threw returned
return '\ud800'.repeat(100000);
