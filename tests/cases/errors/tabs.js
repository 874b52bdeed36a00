/* case
{}
*/
	if (true) {
		throw new Error('tabbed');
	}
