// Words of a question that say nothing about the code. Used for queries only: in code the same words can be names.

export const stopWords: ReadonlySet<string> = new Set(
  (
    "a about all also an and any are as at be been being but by can code could did do does doing done each either etc ever every explain " +
    "find for from function get gets give given had has have having here how i if implementation implemented implements in inside into is it " +
    "its itself just let like logic may me might more most my need needs no not of on one only onto or other our out over place please " +
    "should show so some such than that the their them then there these they this those through to too under until up us use used uses " +
    "using via want was way we were what when where which while who whose why will with within without work works would you your"
  ).split(" "),
);
