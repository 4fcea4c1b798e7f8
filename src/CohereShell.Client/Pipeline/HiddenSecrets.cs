using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CohereShell;

/// <summary>
/// Finds secrets that a text contains in another form, such as the output of a command that splits or encodes what it
/// reads. Every way to encode a secret can't be found, but those of everyday commands can.
/// </summary>
internal static class HiddenSecrets
{
    /// <summary>A part of this length doesn't occur in other text by chance.</summary>
    private const int Telling = 12;

    private static readonly Regex LineNumber = new(@"^\s*[0-9]+[^\p{L}\p{N}]+", RegexOptions.CultureInvariant);

    public static bool Find(IReadOnlyList<string> texts, IEnumerable<string> secrets)
    {
        string[] views = [.. Views(texts).Where(view => view.Length >= Telling).Distinct(StringComparer.Ordinal)];
        return views.Length > 0 && secrets.SelectMany(Forms).Distinct()
            .Any(form => Array.Exists(views, view => form.CanLack ? HasRest(view, form.Text) : HasPart(view, form.Text)));
    }

    private static bool HasPart(string view, string form) =>
        Enumerable.Range(0, Math.Max(0, form.Length - Telling + 1)).Any(start => view.IndexOf(form.Substring(start, Telling), StringComparison.Ordinal) >= 0);

    // A command that splits a text at a delimiter drops the delimiter, as often as the secret contains it. What is left are
    // consecutive characters of the view that occur in the secret in this order. For a given start, taking the nearest
    // occurrence of each next character drops the fewest.
    private static bool HasRest(string view, string secret)
    {
        for (int start = 0; start <= view.Length - Telling; start++)
        {
            for (int first = secret.IndexOf(view[start]); first >= 0; first = secret.IndexOf(view[start], first + 1))
            {
                int length = 1;
                for (int last = first; last >= 0; length++)
                {
                    if (IsTelling(length, last - first + 1 - length))
                    {
                        return true;
                    }

                    last = start + length < view.Length ? secret.IndexOf(view[start + length], last + 1) : -1;
                }
            }
        }

        return false;
    }

    // The more characters are missing, the more ways there are to find the rest by chance, and the longer the rest must be.
    // With these numbers, a hundred thousand random hexadecimal digits contain the rest of a hexadecimal key with a
    // probability of about 1 in 10,000.
    private static bool IsTelling(int length, int dropped) => length >= Telling && dropped <= 2 * (length - Telling) + 4;

    // All letters and digits in one text, the same without the numbers of lines, and the first and the last ones of each
    // line.
    private static IEnumerable<string> Views(IReadOnlyList<string> texts)
    {
        string[] written = texts.SelectMany(text => text.Split('\r', '\n')).ToArray();
        string[] lines = written.Select(Squeeze).Where(line => line.Length > 0).ToArray();
        string all = string.Concat(lines);
        yield return all;
        yield return string.Concat(written.Select(line => Squeeze(LineNumber.Replace(line, ""))));
        yield return string.Concat(lines.Select(line => line[0]));
        yield return string.Concat(lines.Select(line => line[line.Length - 1]));
        // Two characters per line or per value: a separator that is a letter or a digit.
        yield return string.Concat(all.Where((_, index) => index % 2 == 0));
        yield return string.Concat(all.Where((_, index) => index % 2 == 1));
    }

    // An encoding that consists of few different characters occurs in other numbers by chance if characters can be missing.
    private static IEnumerable<(string Text, bool CanLack)> Forms(string secret)
    {
        string plain = Squeeze(secret);
        if (plain.Length < Telling)
        {
            yield break;
        }

        yield return (plain, true);
        yield return (new string(plain.Reverse().ToArray()), true);
        foreach (Encoding encoding in new[] { Encoding.UTF8, Encoding.Unicode })
        {
            byte[] bytes = encoding.GetBytes(secret);
            yield return (Squeeze(BitConverter.ToString(bytes)), false);
            yield return (string.Concat(bytes.Select(value => value.ToString(CultureInfo.InvariantCulture))), false);
            // In base64, a text looks different at each of three positions. The first and the last characters depend on
            // their neighbors.
            for (int shift = 0; shift < 3; shift++)
            {
                string base64 = Convert.ToBase64String([.. new byte[shift], .. bytes]);
                yield return (Squeeze(base64.Substring(shift == 0 ? 0 : 4, Math.Max(0, base64.Length - 8))), encoding == Encoding.UTF8);
            }
        }
    }

    private static string Squeeze(string text) => new(text.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant).ToArray());
}
