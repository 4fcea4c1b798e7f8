using System.Collections;
using System.Globalization;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>
/// The values of hashtables that become texts: queries and headers. An object or a list as a whole would become the
/// name of its type.
/// </summary>
internal static class FieldTexts
{
    /// <summary>The texts of a value: one for each item of a list.</summary>
    /// <param name="command">The command. It ends if the value can't be a text.</param>
    /// <param name="parameter">The parameter with the hashtable.</param>
    /// <param name="name">The name of the value.</param>
    /// <param name="value">The value.</param>
    public static IEnumerable<string> Of(PSCmdlet command, string parameter, string name, object? value) =>
        PowerShellJson.Unwrap(value) switch
        {
            string text => [text],
            IDictionary => [TextOf(command, parameter, name, value)],
            IEnumerable list => list.Cast<object?>().Select(item => TextOf(command, parameter, name, item)).ToArray(),
            _ => [TextOf(command, parameter, name, value)],
        };

    private static string TextOf(PSCmdlet command, string parameter, string name, object? value)
    {
        switch (PowerShellJson.Unwrap(value))
        {
            case null or DBNull:
                return string.Empty;
            case string text:
                return text;
            // Cohere expects true and false in lower case.
            case bool or SwitchParameter:
                return LanguagePrimitives.IsTrue(value) ? "true" : "false";
            case DateTimeOffset time:
                return TextOf(time.UtcDateTime);
            case DateTime time:
                return TextOf(time);
            case Uri address:
                return address.OriginalString;
            case double number:
                return number.ToString("R", CultureInfo.InvariantCulture);
            case float number:
                return number.ToString("R", CultureInfo.InvariantCulture);
            case char or Enum or Version:
                return Convert.ToString(PowerShellJson.Unwrap(value), CultureInfo.InvariantCulture)!;
            // The wrapper of an object that was made in script is IFormattable too.
            case IFormattable formattable and not PSObject:
                return formattable.ToString(null, CultureInfo.InvariantCulture);
            default:
                // The value may be a secret and isn't part of the message.
                command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                    $"The value of '{name}' in {parameter} is neither a text nor a number. Nothing was sent.",
                    $"Specify a text, a number, a Boolean, a time, or a list of these for '{name}'.",
                    name));
                throw new InvalidOperationException();
        }
    }

    private static string TextOf(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
