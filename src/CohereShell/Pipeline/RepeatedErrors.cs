using System.Globalization;
using System.Text;

namespace CohereShell.Pipeline;

/// <summary>
/// Counts equal errors of a command. A thousand inputs that fail for the same reason would fill the screen, so only the
/// first ones are shown.
/// </summary>
internal sealed class RepeatedErrors
{
    /// <summary>The type name that has a view without text, in CohereShell.Format.ps1xml.</summary>
    private const string HiddenType = "CohereShell.RepeatedError";
    private const int MostShown = 3;
    private const int MostKinds = 1000;

    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <summary>A sentence for each error that wasn't shown every time.</summary>
    public IEnumerable<string> Summaries => _kinds.Values.Where(kind => kind.Count > MostShown).Select(kind => string.Format(
        CultureInfo.InvariantCulture,
        "The same error occurred {0:N0} more {1}: {2} To get all errors with their inputs, use -ErrorVariable.",
        kind.Count - MostShown,
        kind.Count - MostShown == 1 ? "time" : "times",
        DisplayText.OneLine(kind.Message, 300)));

    /// <summary>Counts an error, and returns whether to show it.</summary>
    public bool IsShown(ErrorRecord error)
    {
        string key = KeyOf(error);
        if (!_kinds.TryGetValue(key, out Kind? kind))
        {
            if (_kinds.Count >= MostKinds)
            {
                return true;
            }

            _kinds[key] = kind = new Kind(error.ErrorDetails?.Message ?? error.Exception.Message);
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
    private static string KeyOf(ErrorRecord error)
    {
        var key = new StringBuilder(error.FullyQualifiedErrorId).Append(' ');
        foreach (char character in error.ErrorDetails?.Message ?? error.Exception.Message)
        {
            if (!char.IsDigit(character))
            {
                key.Append(character);
            }
        }

        return key.ToString();
    }

    private sealed class Kind(string message)
    {
        public string Message { get; } = message;

        public long Count { get; set; }
    }
}
