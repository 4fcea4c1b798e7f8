using System.Globalization;
using System.Text;

namespace CohereShell;

/// <summary>
/// Finds secrets that a text contains in another form, such as the output of a command that splits or encodes what it
/// reads. Every way to encode a secret can't be found, but those of everyday commands can.
/// </summary>
internal static class HiddenSecrets
{
    /// <summary>A part of this length doesn't occur in other text by chance.</summary>
    private const int Telling = 12;

    public static bool Find(IReadOnlyList<string> texts, IEnumerable<string> secrets)
    {
        string[] views = [.. Views(texts).Where(view => view.Length >= Telling).Distinct(StringComparer.Ordinal)];
        return views.Length > 0 && secrets.SelectMany(Forms).Distinct(StringComparer.Ordinal).SelectMany(Parts).Distinct(StringComparer.Ordinal)
            .Any(part => Array.Exists(views, view => view.IndexOf(part, StringComparison.Ordinal) >= 0));
    }

    // All letters and digits in one text, and the first and the last ones of each line: other commands number the lines.
    private static IEnumerable<string> Views(IReadOnlyList<string> texts)
    {
        string[] lines = texts.SelectMany(text => text.Split('\r', '\n')).Select(Squeeze).Where(line => line.Length > 0).ToArray();
        string all = string.Concat(lines);
        yield return all;
        yield return string.Concat(lines.Select(line => line[0]));
        yield return string.Concat(lines.Select(line => line[line.Length - 1]));
        // Two characters per line or per value: a separator that is a letter or a digit.
        yield return string.Concat(all.Where((_, index) => index % 2 == 0));
        yield return string.Concat(all.Where((_, index) => index % 2 == 1));
    }

    private static IEnumerable<string> Forms(string secret)
    {
        string plain = Squeeze(secret);
        if (plain.Length < Telling)
        {
            yield break;
        }

        yield return plain;
        yield return new string(plain.Reverse().ToArray());
        foreach (Encoding encoding in new[] { Encoding.UTF8, Encoding.Unicode })
        {
            byte[] bytes = encoding.GetBytes(secret);
            yield return Squeeze(BitConverter.ToString(bytes));
            yield return string.Concat(bytes.Select(value => value.ToString(CultureInfo.InvariantCulture)));
            // In base64, a text looks different at each of three positions. The first and the last characters depend on
            // their neighbors.
            for (int shift = 0; shift < 3; shift++)
            {
                string base64 = Convert.ToBase64String([.. new byte[shift], .. bytes]);
                yield return Squeeze(base64.Substring(shift == 0 ? 0 : 4, Math.Max(0, base64.Length - 8)));
            }
        }
    }

    private static IEnumerable<string> Parts(string form) =>
        Enumerable.Range(0, Math.Max(0, form.Length - Telling + 1)).Select(start => form.Substring(start, Telling));

    private static string Squeeze(string text) => new(text.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant).ToArray());
}
