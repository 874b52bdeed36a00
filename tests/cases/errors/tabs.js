/* case
{}
*/
	if (true) {
		throw new Error('tabbed');
	}
/* transcript
threw: Error: tabbed
at: 5:9 in top level
*/
