using System.Globalization;
using System.Text;

namespace CohereShell;

/// <summary>A text file has bytes that its encoding doesn't have.</summary>
internal sealed class WrongEncodingException(string path, Encoding? encoding, long line, Exception? cause = null)
    : IOException(FormattableString.Invariant($"'{HarmlessText.From(path)}' isn't {encoding?.WebName.ToUpperInvariant() ?? "UTF-8"} text: line {line} has bytes that aren't valid in it."), cause)
{
    /// <summary>The usual encoding of Windows programs in Western countries.</summary>
    private const int UsualCodePage = 1252;

    private readonly string _path = path;

    /// <summary>A command that converts the file to UTF-8, in PowerShell 7 and Windows PowerShell 5.1.</summary>
    public string Conversion
    {
        get
        {
            int codePage = CultureInfo.CurrentCulture.TextInfo.ANSICodePage;
            codePage = codePage is 0 or 65001 ? UsualCodePage : codePage;
            string target = Path.ChangeExtension(_path, "utf8" + Path.GetExtension(_path));
            return FormattableString.Invariant($"[IO.File]::WriteAllText({Quoted(target)}, [IO.File]::ReadAllText({Quoted(_path)}, [Text.Encoding]::GetEncoding({codePage})))");
        }
    }

    // PowerShell also ends a text at typographic quotes.
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (char character in text)
        {
            quoted.Append(character);
            if (character is '\'' or '\u2018' or '\u2019' or '\u201a' or '\u201b')
            {
                quoted.Append(character);
            }
        }

        return quoted.Append('\'').ToString();
    }
}
