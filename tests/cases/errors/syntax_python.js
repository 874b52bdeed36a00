/* case
{"about": "another language is refused with a place"}
*/
def main():
    return 1
/* transcript
rejected: syntax at 4:4: expected a semicolon or an implicit semicolon after a statement, but found none
hint: Try inserting a semicolon here.
*/
