using System.Globalization;
using System.Text.RegularExpressions;

namespace CohereShell.Emulation;

/// <summary>
/// The values that a message names for the arguments of a tool. Nothing is invented: a value that the message doesn't
/// have is missing. Each place of the message is used only once.
/// </summary>
internal sealed class CallValues
{
    private const RegexOptions Plain = RegexOptions.CultureInvariant;
    private const RegexOptions AnyCase = Plain | RegexOptions.IgnoreCase;
    private const int TextLength = 200;
    private const char ToolMark = '\u25B6';
    private const string Number = @"-?\d+(?:\.\d+)?";

    // 'Stop-Process 3 times' doesn't name a process.
    private const string NoUnit = @"(?!\s+(?!(?:and|or|please|now|then|with|without|on|in|at|from|to|for|by)\b)\p{L})";

    // 'name is Ada', 'name: Ada', 'name "Ada Lovelace"'. After 'of' and 'to', only a quoted text counts: 'the name of the process'.
    private const string AfterName = @"s?\s*(?:(?:\b(?:is|are|called|named)\b|[:=])?\s*(?:""(?<v>[^""]+)""|“(?<v>[^”]+)”|'(?<v>[^']+)'(?!\w)|(?<v>[^\s,;!?""'“”]+))|\b(?:of|to)\b\s*(?:""(?<v>[^""]+)""|'(?<v>[^']+)'(?!\w)))";

    private static readonly Regex ProperName = new(@"(?<=[\p{L}\p{N},:\u25B6]\s)\p{Lu}[\p{L}\p{N}-]*(?:\s\p{Lu}[\p{L}\p{N}-]*)*", Plain);
    private static readonly Regex Numbers = new(@"(?<![\w.:/\\-])" + Number + @"(?![\w:/\\]|\.\d|-\d)", Plain);
    private static readonly Regex Paths = new(@"(?<![\w'""])(?:(?:[A-Za-z]:|[.~]{1,2})?[\\/][^\s'"",;!?]+|[\w*-]+(?:\.\w+)+)(?<![.:])", Plain);
    private static readonly Regex List = new(@"(?<!\bbetween\s)(?<item>{0})(?:\s*,\s*(?:and\s+|or\s+)?(?<item>{0})|\s+(?:and|or|&)\s+(?<item>{0}))+".Replace("{0}", @"'[^']+'(?!\w)|""[^""]+""|" + Number + @"(?!\w)|(?<=[\p{L}\p{N},:]\s)\p{Lu}[\p{L}\p{N}]*(?:\s\p{Lu}[\p{L}\p{N}]*)*"), Plain);
    private static readonly Regex Separator = new(@"^\s*(?:,|\band\b|\bor\b|&)?\s*(?:\band\b|\bor\b)?\s*$", AnyCase);
    private static readonly Regex Negation = new(@"\b(?:not|no|without|don't|doesn't|never|disable[sd]?|off|false)\W+(?:\w+\W+)?$", AnyCase);
    private static readonly Regex NegatedAfter = new(@"^\W*(?:is|are|to|=|:)?\W*(?:off|false|disabled|no)\b", AnyCase);

    private static readonly Dictionary<string, Regex> Formats = new(StringComparer.Ordinal)
    {
        ["date-time"] = new(@"\b\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?(?!\w)", Plain),
        ["date"] = new(@"\b\d{4}-\d{2}-\d{2}\b", Plain),
        ["time"] = new(@"\b\d{1,2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?\b", Plain),
        ["duration"] = new(@"\bP(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?(?<=\d[YMWDHS])\b", Plain),
        ["email"] = new(@"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", Plain),
        ["uri"] = new(@"https?://[^\s""'<>]*[^\s""'<>.,;!?)]", Plain),
        ["uuid"] = new(@"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b", Plain),
        ["ipv4"] = new(@"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", Plain),
    };

    // Names that don't say what to act on.
    private static readonly HashSet<string> Times = new(
        ["I", "JSON", .. CultureInfo.InvariantCulture.DateTimeFormat.DayNames, .. CultureInfo.InvariantCulture.DateTimeFormat.MonthNames], StringComparer.Ordinal);

    // The model writes these texts itself, and searches with these. They don't select what a tool changes.
    private static readonly HashSet<string> Free = new(StringComparer.Ordinal)
    {
        "query", "question", "search", "text", "message", "prompt", "input", "user", "summary", "description", "comment", "reason", "note", "answer", "response",
    };

    private static readonly HashSet<string> IdWords = new(StringComparer.Ordinal) { "id", "pid", "guid", "uuid", "key", "port", "handle", "number", "no" };
    private static readonly HashSet<string> PathWords = new(StringComparer.Ordinal) { "path", "file", "folder", "directory", "filename", "destination", "filter", "include", "exclude" };

    private readonly string _message;
    private readonly string _text;
    private readonly string _toolWords;
    private readonly List<Value> _quoted;
    private readonly List<Value> _names;
    private readonly List<Value> _numbers;
    private readonly List<Value> _paths;
    private readonly HashSet<int> _used = [];
    private int _lastEnd;

    /// <param name="message">The message.</param>
    /// <param name="tool">The tool to call.</param>
    /// <param name="tools">The names of all tools. They aren't values.</param>
    internal CallValues(string message, string tool, IEnumerable<string> tools)
    {
        _message = message;
        _text = tools.OrderByDescending(name => name.Length).Aggregate(message, Hide);
        _toolWords = string.Join("|", Words.Of(tool).Select(word => Regex.Escape(word) + "s?"));
        _quoted = [.. Words.Quotations(_text).Select(match => new Value(Said(match.Groups.Cast<Group>().Skip(1).First(group => group.Success)), match.Index, match.Length))];
        Value[] dates = [.. Formats.Where(format => format.Key != "ipv4").SelectMany(format => All(format.Value))];
        _paths = [.. Outside(All(Paths), _quoted)];
        _numbers = [.. Outside(Outside(All(Numbers), _quoted), dates)];
        _names = [.. Outside(All(ProperName), _quoted).Where(name => !Times.Contains(name.Text))];
    }

    /// <summary>
    /// The message once for each value of a list in it: 'the weather in Paris and Rome' is 'the weather in Paris' and
    /// 'the weather in Rome'. Empty if the message has no list.
    /// </summary>
    internal static IReadOnlyList<(string Message, string Item)> Singles(string message) => List.Match(message) is not { Success: true } match
        ? []
        : match.Groups["item"].Captures.Cast<Capture>()
            .Select(item => (message.Substring(0, match.Index) + item.Value + message.Substring(match.Index + match.Length), item.Value.Trim('\'', '"')))
            .Distinct()
            .ToArray();

    /// <summary>Whether the message contains all words of a property's name.</summary>
    internal bool Mentions(string property)
    {
        HashSet<string> said = [.. Words.Of(_text)];
        IReadOnlyList<string> words = Words.Of(property);
        return words.Count > 0 && words.All(said.Contains);
    }

    /// <summary>Those of some words that the message contains, in its order.</summary>
    internal IReadOnlyList<string> Mentioned(IEnumerable<string> words) => words
        .Where(word => word.Length > 0)
        .Select(word => (Word: word, Regex.Match(_text, @"(?<!\w)" + Regex.Escape(word) + @"(?!\w)", AnyCase).Index, IsSaid: Regex.IsMatch(_text, @"(?<!\w)" + Regex.Escape(word) + @"(?!\w)", AnyCase)))
        .Where(found => found.IsSaid)
        .OrderBy(found => found.Index)
        .Select(found => found.Word)
        .ToArray();

    /// <summary>Whether the message switches a property on or off. Null if it doesn't mention it.</summary>
    internal bool? Switch(string property)
    {
        Match match = Regex.Match(_text, Name(property), AnyCase);
        return match.Success
            ? !Negation.IsMatch(_text.Substring(0, match.Index)) && !NegatedAfter.IsMatch(_text.Substring(match.Index + match.Length))
            : Mentions(property) ? true : null;
    }

    /// <summary>The text after a property's name. Null if there isn't one.</summary>
    internal string? TakeNamed(string property)
    {
        if (Named(property) is not { } group)
        {
            return null;
        }

        Use(group.Index, group.Length + (IsQuoted(group) ? 1 : 0));
        return Said(group).TrimEnd('.', ':');
    }

    /// <summary>Whether a text follows the name of a property.</summary>
    internal bool HasNamed(string property) => Named(property) is not null;

    /// <summary>A text that no property has used and that can be a value of this one. Null if there isn't one.</summary>
    internal string? TakeText(string property)
    {
        // 'What does "Stop-Process" do?' quotes a tool and not a value.
        if (TakeFirst(_quoted.Where(value => _text.Substring(value.Start + 1, value.Length - 2).Trim(ToolMark).Length > 0)) is { } quoted)
        {
            return quoted;
        }

        HashSet<string> words = [.. Words.Of(property)];
        if (words.Overlaps(PathWords))
        {
            return TakeFirst(_paths);
        }

        if (words.Overlaps(IdWords))
        {
            return TakeOfTool(@"[\w.-]*\d[\w.-]*");
        }

        return TakeFirst(_names) ?? (words.Count > 0 && words.IsSubsetOf(Free) ? Words.Shorten(_message, TextLength) : null);
    }

    /// <summary>
    /// A number for a property: the number beside its name, or after the name of the tool, or else, if the property isn't
    /// an id, the first one that fits.
    /// </summary>
    internal decimal? TakeNumber(string property, Func<decimal, bool> fits)
    {
        string name = Name(property);
        bool isId = Words.Of(property).Any(IdWords.Contains);
        string?[] named =
        [
            Find(name + @"s?\s*(?:\b(?:is|are|of|to|called)\b|[:=#])?\s*(?<v>" + Number + @")(?!\w|\.\d)"),

            // '3 days' names the days, but '3 process ids' counts the ids.
            isId ? null : Find(@"(?<![\w.-])(?<v>" + Number + @")\s+(?:\p{L}+\s+)?" + name),
            isId ? Find(@"(?:" + ToolMark + @"|\b(?:" + _toolWords + @"))\s*#?\s*(?<v>" + Number + @")(?!\w|\.\d)" + NoUnit + @"|#(?<v>\d+)\b") : null,
        ];
        foreach (string text in named.OfType<string>())
        {
            if (Parse(text) is { } number && fits(number) && _numbers.FirstOrDefault(value => value.Text == text && IsFree(value)) is { } value)
            {
                Use(value.Start, value.Length);
                return number;
            }
        }

        if (isId)
        {
            return null;
        }

        foreach (Value value in _numbers.Where(IsFree))
        {
            if (Parse(value.Text) is { } number && fits(number))
            {
                Use(value.Start, value.Length);
                return number;
            }
        }

        return null;
    }

    /// <summary>The numbers in a list after a property's name: 'ids 1, 2 and 3'.</summary>
    internal IReadOnlyList<decimal> TakeNumbers(string property, Func<decimal, bool> fits)
    {
        Match list = Regex.Match(_text, Name(property) + @"s?\s*(?:\b(?:is|are|of)\b|[:=#])?\s*(?<v>" + Number + @")(?:\s*(?:,|\band\b|\bor\b)\s*(?:and\s+)?(?<v>" + Number + @"))*(?!\w)", AnyCase);
        decimal[] named = [.. list.Groups["v"].Captures.Cast<Capture>().Select(capture => Parse(capture.Value)).OfType<decimal>().Where(fits)];
        if (named.Length > 0)
        {
            Use(list.Index, list.Length);
            return named;
        }

        var numbers = new List<decimal>();
        while (TakeNumber(property, fits) is { } number)
        {
            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>A text in a format of JSON Schema. Null if the message has none.</summary>
    internal string? OfFormat(string format)
    {
        string key = format is "idn-email" ? "email" : format is "url" or "iri" or "uri-reference" ? "uri" : format;
        if (!Formats.TryGetValue(key, out Regex? pattern) || All(pattern).FirstOrDefault(IsFree) is not { } value)
        {
            return null;
        }

        Use(value.Start, value.Length);
        return key != "date-time" ? value.Text
            : value.Text.IndexOf('T') < 0 ? value.Text + "T00:00:00Z"
            : char.IsDigit(value.Text[value.Text.Length - 1]) && value.Text.IndexOfAny(['+', 'Z']) < 0 && value.Text.Length <= 19 ? value.Text + "Z"
            : value.Text;
    }

    /// <summary>Whether texts of this format are recognized.</summary>
    internal static bool Knows(string? format) => format is not null && (Formats.ContainsKey(format) || format is "idn-email" or "url" or "iri" or "uri-reference");

    /// <summary>The quoted text that continues a list after the value that was used last. Null if there isn't one.</summary>
    internal string? TakeNext()
    {
        Value? next = _quoted.FirstOrDefault(value => IsFree(value) && value.Start >= _lastEnd
            && Separator.IsMatch(_text.Substring(_lastEnd, value.Start - _lastEnd)));
        return next is null ? null : Take(next);
    }

    private static string Name(string property) =>
        @"(?<![\w-])" + string.Join(@"[\s_-]*", Words.Of(property).Select(word => Regex.Escape(word) + "s?")) + @"(?!\w)";

    private static decimal? Parse(string text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number) ? number : null;

    private static IEnumerable<Value> Outside(IEnumerable<Value> values, IReadOnlyCollection<Value> others) =>
        values.Where(value => !others.Any(other => value.Start < other.Start + other.Length && other.Start < value.Start + value.Length));

    // 'Stop-Process' and 'Stop_Process' become a mark of the same length, which keeps their place.
    private static string Hide(string text, string tool) => Regex.Replace(
        text, @"(?<!\w)" + Regex.Escape(tool).Replace("_", "[_-]") + @"(?!\w)", match => new string(ToolMark, match.Length), AnyCase);

    // As the message has it: with the names of tools that are hidden in the text.
    private string Said(Capture capture) => _message.Substring(capture.Index, capture.Length);

    private IEnumerable<Value> All(Regex pattern) => pattern.Matches(_text).Cast<Match>().Select(match => new Value(Said(match), match.Index, match.Length));

    private Group? Named(string property)
    {
        if (Words.Of(property).Count == 0)
        {
            return null;
        }

        foreach (Match match in Regex.Matches(_text, Name(property) + AfterName, AnyCase))
        {
            Group value = match.Groups["v"];
            if (Enumerable.Range(value.Index, value.Length).All(place => !_used.Contains(place)) && (IsQuoted(value) || Words.Meaning(value.Value).Count > 0))
            {
                return value;
            }
        }

        return null;
    }

    private bool IsQuoted(Group group) => _quoted.Any(quoted => quoted.Start == group.Index - 1);

    private string? Find(string pattern) => Regex.Match(_text, pattern, AnyCase) is { Success: true } match ? match.Groups["v"].Value : null;

    private string? TakeOfTool(string pattern)
    {
        Match match = Regex.Match(_text, @"(?:" + ToolMark + @"|\b(?:" + _toolWords + @"))\s+#?(?<v>" + pattern + @")(?!\w)", AnyCase);
        if (!match.Success || match.Groups["v"] is not { } group || Enumerable.Range(group.Index, group.Length).Any(_used.Contains))
        {
            return null;
        }

        Use(group.Index, group.Length);
        return Said(group).TrimEnd('.');
    }

    private string? TakeFirst(IEnumerable<Value> values) => values.FirstOrDefault(IsFree) is { } value ? Take(value) : null;

    private bool IsFree(Value value) => Enumerable.Range(value.Start, value.Length).All(place => !_used.Contains(place));

    private string Take(Value value)
    {
        Use(value.Start, value.Length);
        return value.Text;
    }

    private void Use(int start, int length)
    {
        _used.UnionWith(Enumerable.Range(start, length));
        _lastEnd = start + length;
    }

    private sealed record Value(string Text, int Start, int Length);
}
