/* case
{}
*/
tools.kit.fail({ message: 'nobody looks' });
return 1;
