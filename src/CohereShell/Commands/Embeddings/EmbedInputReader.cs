using System.Collections;
using System.Text;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Commands;

/// <summary>Makes embed inputs from the user's input: texts, objects, files, and texts combined with images.</summary>
internal sealed class EmbedInputReader(EmbedLimits limits, IReadOnlyList<string>? properties, bool asText, Encoding? encoding)
{
    private readonly EmbedLimits _limits = limits;
    private readonly IReadOnlyList<string>? _properties = properties;
    private readonly bool _asText = asText;
    private readonly Encoding? _encoding = encoding;

    /// <exception cref="InputException">The text can't be embedded.</exception>
    public static EmbedItem FromText(long index, string? text) => string.IsNullOrWhiteSpace(text)
        ? throw new InputException(ErrorRecords.EmptyInput(text))
        : new EmbedItem(index, text!) { Text = text };

    /// <exception cref="InputException">The object can't be embedded.</exception>
    public EmbedItem FromObject(long index, object? value) => PowerShellJson.Unwrap(value) switch
    {
        null => throw new InputException(ErrorRecords.EmptyInput(value)),
        _ when _properties is not null => TextOf(index, value!),
        // The content of the file and not its name, which would be embedded as a text without any warning.
        FileInfo file => FromFile(index, file.FullName),
        DirectoryInfo folder => throw new InputException(ErrorRecords.NotAFile(folder.FullName)),
        EmbedInput input => FromContent(index, input.Content, value!),
        IDictionary dictionary when ContentOf(dictionary) is { } content => FromContent(index, content, value!),
        string text => FromText(index, text),
        _ when RecordText.HasOwnText(value) => TextOf(index, value!),
        _ => throw new InputException(ErrorRecords.NotAText(value!)),
    };

    /// <exception cref="InputException">The file can't be embedded.</exception>
    public EmbedItem FromFile(long index, string path)
    {
        // Documents and plain text aren't images. With -AsText, files with other names are texts too.
        if (_asText || DocumentKinds.IsDocument(path))
        {
            return RecordText.TryGet(new FileInfo(path), null, out string text, out ErrorRecord? error, _encoding)
                ? new EmbedItem(index, path) { Text = text, Path = path }
                : throw new InputException(error);
        }

        return Checked(EmbedItem.FromImage(index, path, ReadImage(path), null));
    }

    /// <summary>Makes one input from several parts.</summary>
    /// <exception cref="InputException">The parts can't be embedded.</exception>
    public EmbedItem FromContent(long index, object content, object target)
    {
        EmbedContent[] parts = PartsOf(content).SelectMany(PartFrom).ToArray();
        if (parts.Length == 0)
        {
            throw new InputException(ErrorRecords.EmptyInput(target));
        }

        string text = string.Join(" ", parts.Select(part => part.Text).OfType<string>());
        return Checked(EmbedItem.FromMixed(index, new EmbedInput(parts), text, target));
    }

    /// <summary>Whether a list contains inputs, each of which is a list of parts or in the API's format.</summary>
    public static bool IsListOfInputs(IReadOnlyCollection<object?> content) => content.Count > 0 && content.All(item => PowerShellJson.Unwrap(item) switch
    {
        string => false,
        EmbedInput => true,
        IDictionary dictionary => ContentOf(dictionary) is not null,
        IEnumerable => true,
        _ => false,
    });

    private static object? ContentOf(IDictionary dictionary) => RecordFields.TryGet(dictionary, "content", out object? content) ? content : null;

    private static IEnumerable<object?> PartsOf(object content) => PowerShellJson.Unwrap(content) switch
    {
        IDictionary dictionary when ContentOf(dictionary) is { } parts => PartsOf(parts),
        EmbedInput input => input.Content,
        IEnumerable list and not string and not IDictionary => list.Cast<object?>(),
        var single => [single],
    };

    private IEnumerable<EmbedContent> PartFrom(object? part)
    {
        switch (PowerShellJson.Unwrap(part))
        {
            case EmbedContent content:
                return [content];
            case ChatContent { Type: ChatContentType.ImageUrl, ImageUrl: { } url }:
                return [EmbedContent.FromImage(url)];
            case ChatContent { Text: { } text }:
                return [EmbedContent.FromText(text)];
            case FileInfo file:
                return [EmbedContent.FromImage(ReadImage(file.FullName))];
            case string text when text.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase):
                return [EmbedContent.FromImage(text)];
            case string text when string.IsNullOrWhiteSpace(text):
                throw new InputException(ErrorRecords.EmptyInput(part));
            case string text:
                return [EmbedContent.FromText(text)];
            case IDictionary dictionary when ImageIn(dictionary) is { } url:
                return [EmbedContent.FromImage(url)];
            case IDictionary dictionary when ValueOf(dictionary, "text") is string text:
                return [EmbedContent.FromText(text)];
            case null:
                throw new InputException(ErrorRecords.EmptyInput(part));
            default:
                throw new InputException(ErrorRecords.NotContent(part!));
        }
    }

    // { type: image_url, image_url: { url } }, the API's format.
    private static string? ImageIn(IDictionary part) => PowerShellJson.Unwrap(ValueOf(part, "image_url")) switch
    {
        IDictionary image => ValueOf(image, "url") as string,
        string url => url,
        _ => null,
    };

    private static object? ValueOf(IDictionary dictionary, string name) => PowerShellJson.Unwrap(dictionary.Contains(name) ? dictionary[name] : null);

    private static string ReadImage(string path) =>
        Images.TryRead(path, out string dataUri, out ErrorRecord? error) ? dataUri : throw new InputException(error);

    private EmbedItem TextOf(long index, object value) => RecordText.TryGet(value, _properties, out string text, out ErrorRecord? error, _encoding)
        ? new EmbedItem(index, value) { Text = text, InputObject = value, Path = _properties is null ? DocumentInput.DocumentIn(value)?.Path : null }
        : throw new InputException(error);

    private EmbedItem Checked(EmbedItem item) =>
        item.ImageCount > _limits.ImagesPerCall ? throw new InputException(ErrorRecords.TooManyImages(item.Target, item.ImageCount, _limits.ImagesPerCall))
        : item.ImageBytes > _limits.BytesPerImage ? throw new InputException(ErrorRecords.ImageTooLarge(item.Target, item.ImageBytes, _limits.BytesPerImage))
        : item;
}
