/* case
{"about": "another language is refused with a place"}
*/
def main():
    return 1
