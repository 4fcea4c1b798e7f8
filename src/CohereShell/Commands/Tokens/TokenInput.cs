using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Commands;

/// <summary>Tokens in the forms that they come in: numbers, lists of them, and objects that hold such a list.</summary>
internal static class TokenInput
{
    private static readonly string[] Names = ["Tokens", "Token"];

    /// <summary>The list of tokens in a value, and the model that it names; null where the value is no list.</summary>
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
                error = ErrorRecords.NotAToken(item, FormattableString.Invariant($" (the {found.Count + 1}. of the list)"), target);
                return false;
            }

            found.Add(token);
        }

        error = Refusal(found.Count, target);
        tokens = found.ToArray();
        return error is null;
    }

    /// <summary>Why so many tokens are not sent.</summary>
    public static ErrorRecord? Refusal(int count, object? target) =>
        count == 0 ? ErrorRecords.EmptyInput(target)
        : count > TokensClient.MaxTokens ? ErrorRecords.InputTooLong(
            $"These are more than {TokensClient.MaxTokens} tokens, which is what a call to detokenize takes.",
            "Convert them in parts: -Token $tokens[0..65535]",
            target)
        : null;

    /// <summary>Gets a token: a whole number from 0, or a text that is one.</summary>
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

    // 3.0 is a whole number, as JSON has it; 1.5 is not, and is not rounded to be one.
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
