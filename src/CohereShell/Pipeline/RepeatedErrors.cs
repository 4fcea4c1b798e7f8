using System.Globalization;
using System.Text.RegularExpressions;

namespace CohereShell.Pipeline;

/// <summary>
/// Counts equal errors and warnings of a command. A thousand inputs that fail for the same reason would fill the screen, so only the
/// first ones are shown.
/// </summary>
internal sealed class RepeatedErrors
{
    /// <summary>The type name that has a view without text, in CohereShell.Format.ps1xml.</summary>
    private const string HiddenType = "CohereShell.RepeatedError";
    private const int MostShown = 3;
    private const int MostKinds = 1000;

    private static readonly Regex Quoted = new("'[^']*'", RegexOptions.CultureInvariant);

    private readonly Dictionary<string, Kind> _errors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Kind> _warnings = new(StringComparer.Ordinal);

    /// <summary>A sentence for each error that wasn't shown every time.</summary>
    public IEnumerable<string> Summaries => SummariesOf(_errors, "error").Select(sentence => sentence + " To get all errors with their inputs, use -ErrorVariable.");

    /// <summary>A sentence for each warning that wasn't shown every time.</summary>
    public IEnumerable<string> WarningSummaries => SummariesOf(_warnings, "warning");

    /// <summary>Counts an error, and returns whether to show it.</summary>
    public bool IsShown(ErrorRecord error) => IsShown(_errors, KeyOf(error), error.ErrorDetails?.Message ?? error.Exception.Message);

    /// <summary>
    /// Counts a warning about an input, and returns whether to show it. The first sentence tells what is wrong, apart from names
    /// in quotation marks. The others can contain the name in other forms.
    /// </summary>
    public bool IsShown(string warning)
    {
        string kind = Quoted.Replace(warning, "''");
        int end = kind.IndexOf(". ", StringComparison.Ordinal);
        return IsShown(_warnings, WithoutDigits(end < 0 ? kind : kind.Substring(0, end)), warning);
    }

    private static IEnumerable<string> SummariesOf(Dictionary<string, Kind> kinds, string what) => kinds.Values.Where(kind => kind.Count > MostShown).Select(kind => string.Format(
        CultureInfo.InvariantCulture,
        "The same {0} occurred {1:N0} more {2}: {3}",
        what,
        kind.Count - MostShown,
        kind.Count - MostShown == 1 ? "time" : "times",
        DisplayText.OneLine(kind.Message, 300)));

    private static bool IsShown(Dictionary<string, Kind> kinds, string key, string message)
    {
        if (!kinds.TryGetValue(key, out Kind? kind))
        {
            if (kinds.Count >= MostKinds)
            {
                return true;
            }

            kinds[key] = kind = new Kind(message);
        }

        return ++kind.Count <= MostShown;
    }

    /// <summary>Writes an error that the screen doesn't show. Afterwards, it's an error like any other.</summary>
    public static void WriteHidden(ErrorRecord error, Action<ErrorRecord> write)
    {
        var names = PSObject.AsPSObject(error).TypeNames;
        names.Insert(0, HiddenType);
        try
        {
            write(error);
        }
        finally
        {
            names.Remove(HiddenType);
        }
    }

    // Times, counts and the ids of requests differ from one error to the next.
    private static string KeyOf(ErrorRecord error) => $"{error.FullyQualifiedErrorId} {WithoutDigits(error.ErrorDetails?.Message ?? error.Exception.Message)}";

    private static string WithoutDigits(string text) => new([.. text.Where(character => !char.IsDigit(character))]);

    private sealed class Kind(string message)
    {
        public string Message { get; } = message;

        public long Count { get; set; }
    }
}
