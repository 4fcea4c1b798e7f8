namespace CohereShell.Emulation;

/// <summary>
/// The words that are one token: in lower case and capitalized, with and without a leading space. Words of up to three
/// letters aren't included, because they are one token anyway.
/// </summary>
internal static class TokenWords
{
    private const int MinLength = 4;
    private const int MaxLength = 14;

    private const string List =
        "about above accept access account across action active actual added address after again against agent alert "
        + "allow allowed almost alone along already also although always amount answer another application approve area "
        + "around array asked assign async attach audit author automation available back backup based batch because become "
        + "been before began begin behind being below best better between beyond block board body book both break bring "
        + "browser buffer build building built business button cache call called came cannot care carry case cause center "
        + "certain certificate chain change changed check child children choose city class clear client close closed cloud "
        + "cluster code color come command common community company complete computer condition config configuration "
        + "connect connection consider contact contain contains content context continue control copy correct cost could "
        + "count country course cover create created current customer daily data database date days default delete deleted "
        + "deploy deployment describe design detail details device differ different directory disable disabled disk display "
        + "document does doing domain done down drive driver during each early easy edit effect either else email employee "
        + "empty enable enabled encrypt endpoint engine enough enter entire entry error errors even event events ever every "
        + "example except exchange exist expect expected experience expire export external face fact fail failed failure "
        + "fall family fast feature field file files filter final find fine firewall first five folder follow following "
        + "food force form format forward found four free from front full function future game gateway gave general "
        + "generate give given global goes going good grant graph great group groups grow guide half hand handle happen "
        + "hard hardware have head health hear heard heart help here high hold home host hosts hour hours house however "
        + "human idea identity image import important include includes including index industry information input inside "
        + "install installed instead interest interface internal into invalid issue item items itself join just keep kept "
        + "kind knew know known language large last late later latest lead learn least leave left length less letter level "
        + "library license life light like likely limit limited line lines link list listen little live load local locate "
        + "location lock locked login long longer look lose lost love machine made mail main maintain make makes making "
        + "manage management manager many mark market match matter maximum mean means meeting memory menu message messages "
        + "method middle might minute minutes missing mobile mode model module money monitor month more morning most mother "
        + "mount move much music must name names nation need needed needs nested network never next night node normal note "
        + "nothing notice number numbers object occur offer office often only open operation option options order "
        + "organization original other others output outside over owner package page pages panel paper parameter parent "
        + "part partition party pass passed password past patch path pattern people percent perform performance period "
        + "permission person phone place plan play please point policy port position possible power present pressure print "
        + "printer private problem problems process processes product production profile program project prompt property "
        + "protect provide provided provider proxy public publish pull purpose push query question queue quick quickly "
        + "quite range rate rather reach read ready real really reason receive received recent record records recover "
        + "reduce reference refuse region register registry release remain remember remote remove rename repair repeat "
        + "replace report request require required research reset resolve resource response restart restore result results "
        + "retry return review right risk role room root rule rules running runtime safe said same sample save schedule "
        + "school science scope screen script scripts search season second seconds secret section secure security seem "
        + "select send sense sent sentence sequence series serve server servers service services session setting settings "
        + "setup seven several shall share shared shell short should show shown shut side sign similar simple simply since "
        + "single site size small social software some someone something soon sort sound source space speak special "
        + "specific speed stand standard start started state statement status stay step steps still stop storage store "
        + "stored story stream street string strong student study subject success such suggest summary support sure switch "
        + "system systems table take taken talk target task tasks team tell template tenant term test tests text than thank "
        + "that their them then there these they thing things think third this those though thought thousand thread three "
        + "threshold through ticket time timeout times title today together token tokens told took tool tools total toward "
        + "track traffic transfer true trust turn type under understand unique unit until update updated updates upgrade "
        + "upload upon usage used useful user username users uses using usually valid value values variable vector verify "
        + "version very view virtual visit voice volume wait walk want warning watch water website week weeks well went "
        + "were what when where whether which while white whole whose wide will window windows with within without woman "
        + "word words work worker working world would write written wrong year years young your yourself zero zone";

    // Sorted for the search. The order determines the ids, so it must be the same everywhere.
    private static readonly string[] Entries = List.Split(' ')
        .SelectMany(word => new[] { word, " " + word, Capital(word), " " + Capital(word) })
        .OrderBy(entry => entry, StringComparer.Ordinal)
        .ToArray();

    internal static int Count => Entries.Length;

    internal static string Text(int number) => Entries[number];

    /// <summary>The number of the whole word at a position of a text. Negative if there isn't one.</summary>
    internal static int NumberAt(string text, int position, out int length)
    {
        int start = text[position] == ' ' ? position + 1 : position;
        int end = start;
        while (end < text.Length && end - start <= MaxLength && IsLetter(text[end]))
        {
            end++;
        }

        length = end - position;
        return end - start is < MinLength or > MaxLength ? -1 : Find(text, position, length);
    }

    private static int Find(string text, int position, int length)
    {
        int low = 0;
        int high = Entries.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            string entry = Entries[middle];
            int order = string.CompareOrdinal(entry, 0, text, position, Math.Min(entry.Length, length));
            order = order == 0 ? entry.Length - length : order;
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return -1;
    }

    private static bool IsLetter(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    private static string Capital(string word) => (char)(word[0] - ('a' - 'A')) + word.Substring(1);
}
