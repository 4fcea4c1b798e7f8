using System.Globalization;
using System.Text;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>
/// The encodings of -Encoding: the names of Get-Content in PowerShell 7 and in Windows PowerShell, names of the
/// web, and code pages.
/// </summary>
internal static class TextEncodings
{
    private static readonly Dictionary<string, Func<Encoding>> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ascii"] = () => Encoding.ASCII,
        ["ansi"] = () => EncodingNames.Get(CultureInfo.CurrentCulture.TextInfo.ANSICodePage),
        ["bigendianunicode"] = () => Encoding.BigEndianUnicode,
        ["bigendianutf32"] = () => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
        ["oem"] = () => EncodingNames.Get(CultureInfo.CurrentCulture.TextInfo.OEMCodePage),
        ["unicode"] = () => Encoding.Unicode,
        ["utf8"] = () => Encoding.UTF8,
        ["utf8BOM"] = () => Encoding.UTF8,
        ["utf8NoBOM"] = () => Encoding.UTF8,
        ["utf32"] = () => Encoding.UTF32,
        // The name of ansi in Windows PowerShell.
        ["default"] = () => EncodingNames.Get(CultureInfo.CurrentCulture.TextInfo.ANSICodePage),
        ["string"] = () => Encoding.Unicode,
    };

    /// <summary>The names to complete.</summary>
    public static IEnumerable<string> Names => Known.Keys.Where(name => name is not ("default" or "string"));

    /// <summary>The encoding that a value of -Encoding means; null if there isn't one.</summary>
    public static Encoding? From(object? value)
    {
        try
        {
            return PowerShellJson.Unwrap(value) switch
            {
                Encoding encoding => encoding,
                string name when Known.TryGetValue(name.Trim(), out Func<Encoding>? find) => find(),
                string number when int.TryParse(number, NumberStyles.Integer, CultureInfo.InvariantCulture, out int page) => EncodingNames.Get(page),
                string name => EncodingNames.Get(name.Trim()),
                int page => EncodingNames.Get(page),
                IConvertible number and not (bool or Enum or DateTime) => EncodingNames.Get(number.ToInt32(CultureInfo.InvariantCulture)),
                Enum name => From(name.ToString()),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or FormatException or OverflowException)
        {
            return null;
        }
    }
}

/// <summary>Accepts encodings as Get-Content does in PowerShell 7, also in Windows PowerShell: names, code pages and objects.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EncodingTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData is null ? null : TextEncodings.From(inputData)
        ?? throw new ArgumentTransformationMetadataException(
            $"'{inputData}' isn't an encoding. Specify a name ({string.Join(", ", TextEncodings.Names)}), a code page such as 1252, or an object of the type System.Text.Encoding.");
}
