using System.Globalization;
using System.Text;

namespace CohereShell.Tools;

/// <summary>Describes a parameter by its name and type, for commands without help: <c>Computer name (list of texts).</c></summary>
internal static class ParameterWords
{
    /// <summary>The description.</summary>
    public static string Describe(CommandParameterInfo parameter)
    {
        string words = WordsOf(parameter.Name);
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type == typeof(SwitchParameter) || type == typeof(bool)
            ? $"Turns on: {words.Substring(0, 1).ToLowerInvariant()}{words.Substring(1)}."
            : KindOf(type) is { } kind ? $"{words} ({kind})." : $"{words}.";
    }

    // ComputerName: Computer name. Abbreviations such as ID and URL stay.
    private static string WordsOf(string name)
    {
        var words = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            char letter = name[i];
            bool isAfterLower = i > 0 && (char.IsLower(name[i - 1]) || char.IsDigit(name[i - 1]));
            bool isBeforeLower = i + 1 < name.Length && char.IsLower(name[i + 1]);
            bool begins = i > 0 && char.IsUpper(letter) && (isAfterLower || (isBeforeLower && char.IsUpper(name[i - 1])));
            if (letter is '_' or '-')
            {
                words.Append(' ');
                continue;
            }

            if (begins)
            {
                words.Append(' ');
            }

            bool isWord = begins && isBeforeLower;
            words.Append(i == 0 ? char.ToUpper(letter, CultureInfo.InvariantCulture) : isWord ? char.ToLower(letter, CultureInfo.InvariantCulture) : letter);
        }

        return words.ToString();
    }

    private static string? KindOf(Type type) =>
        type.IsArray && type.GetElementType() is { } element && KindOf(Nullable.GetUnderlyingType(element) ?? element) is { } each ? "list: " + each
        : type == typeof(string) || type == typeof(char) ? "text"
        : type.IsEnum ? null
        : type == typeof(DateTime) || type == typeof(DateTimeOffset) ? "date and time"
        : type == typeof(TimeSpan) ? "duration"
        : type == typeof(Uri) ? "address"
        : Type.GetTypeCode(type) switch
        {
            TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "number",
            >= TypeCode.SByte and <= TypeCode.UInt64 => "whole number",
            _ => null,
        };
}
