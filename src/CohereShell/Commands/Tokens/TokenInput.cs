using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Commands;

/// <summary>Reads tokens in all supported forms: numbers, lists of numbers, and objects that contain such a list.</summary>
internal static class TokenInput
{
    private static readonly string[] Names = ["Tokens", "Token"];

    /// <summary>The list of tokens in a value, and the model that it names; null if the value isn't a list.</summary>
    public static (IEnumerable? Tokens, string? Model) ListIn(object? value)
    {
        object? plain = PowerShellJson.Unwrap(value);
        switch (plain)
        {
            case TokenizedText text:
                return (text.Tokens, text.Model.Length > 0 ? text.Model : null);
            case IDictionary dictionary:
                return (Names.Select(name => ListOf(dictionary[name])).FirstOrDefault(found => found is not null), PowerShellJson.Unwrap(dictionary["Model"]) as string);
            case IEnumerable list and not string:
                return (list, null);
            case PSObject custom:
                return (Names.Select(name => ListOf(custom.Properties[name]?.Value)).FirstOrDefault(found => found is not null), PowerShellJson.Unwrap(custom.Properties["Model"]?.Value) as string);
            default:
                return (null, null);
        }
    }

    public static bool TryGet(IEnumerable list, object? target, out int[] tokens, [NotNullWhen(false)] out ErrorRecord? error)
    {
        var found = new List<int>();
        tokens = [];
        foreach (object? item in list)
        {
            if (!TryGet(item, out int token))
            {
                error = ErrorRecords.NotAToken(item, FormattableString.Invariant($" (position {found.Count + 1} in the list)"), target);
                return false;
            }

            found.Add(token);
        }

        error = Refusal(found.Count, target);
        tokens = found.ToArray();
        return error is null;
    }

    /// <summary>The reason why this number of tokens can't be sent; null if it can.</summary>
    public static ErrorRecord? Refusal(int count, object? target) =>
        count == 0 ? ErrorRecords.EmptyInput(target)
        : count > TokensClient.MaxTokens ? ErrorRecords.InputTooLong(
            $"There are more than {TokensClient.MaxTokens} tokens, the maximum for one call.",
            "Convert them in parts: -Token $tokens[0..65535]",
            target)
        : null;

    /// <summary>Gets a token: a whole number from 0, or a text that contains one.</summary>
    public static bool TryGet(object? value, out int token)
    {
        token = 0;
        switch (PowerShellJson.Unwrap(value))
        {
            case byte or sbyte or short or ushort or int or uint or long or ulong or BigInteger or decimal or double or float:
                return TryGetWhole(PowerShellJson.Unwrap(value)!, out token);
            case string text:
                return int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out token);
            default:
                return false;
        }
    }

    // In JSON, 3.0 is a whole number. 1.5 isn't, and it isn't rounded.
    private static bool TryGetWhole(object number, out int token)
    {
        double value = number is BigInteger large ? (double)large : Convert.ToDouble(number, CultureInfo.InvariantCulture);
        bool isToken = value >= 0 && value <= int.MaxValue && value == Math.Floor(value);
        token = isToken ? (int)value : 0;
        return isToken;
    }

    private static IEnumerable? ListOf(object? value) => PowerShellJson.Unwrap(value) switch
    {
        null => null,
        IEnumerable list and not string => list,
        _ => new[] { value },
    };
}
