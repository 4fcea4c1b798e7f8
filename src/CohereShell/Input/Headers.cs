using System.Collections;
using CohereShell.Errors;

namespace CohereShell.Input;

/// <summary>Reads headers from a hashtable.</summary>
internal static class Headers
{
    public static IReadOnlyDictionary<string, string> From(PSCmdlet command, IDictionary table)
    {
        var result = new Dictionary<string, string>(System.StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in table)
        {
            string name = entry.Key.ToString()!;
            // HTTP's form for several values of a header.
            string value = string.Join(", ", FieldTexts.Of(command, "-Header", name, entry.Value));
            if (HeaderRules.IsReserved(name))
            {
                command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                    $"The header '{name}' can't be specified: it would change where a request goes or where it ends.",
                    "Leave the header out. Specify another server with -BaseUri.",
                    name));
            }

            if (!HeaderRules.IsToken(name) || !HeaderRules.CanHold(value))
            {
                // The value may be a secret and isn't part of the message.
                command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                    $"The header '{name}' has a name or a value that HTTP doesn't allow.",
                    "Use letters, digits and hyphens in names, and ASCII without line breaks in values.",
                    name));
            }

            result[name] = value;
        }

        return result;
    }
}
