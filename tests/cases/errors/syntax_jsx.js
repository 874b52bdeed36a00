/* case
{}
*/
return <div>hi</div>;
