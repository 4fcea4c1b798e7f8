using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>
/// Reads an embed request, and refuses it where Cohere does. See <see href="https://docs.cohere.com/reference/embed"/>.
/// </summary>
internal sealed class EmbedCallReader
{
    private const int MaxInputs = 96;
    private const int DefaultDimension = 1536;
    private const int Megabyte = 1024 * 1024;
    private const int MaxImageMegabytes = 5;
    private const int MaxImagesMegabytes = 20;
    private static readonly int[] Dimensions = [256, 512, 1024, 1536];
    private static readonly string[] Types = ["float", "int8", "uint8", "binary", "ubinary", "base64"];
    private static readonly string[] InputTypes = ["search_document", "search_query", "classification", "clustering", "image"];
    private static readonly string[] MediaTypes = ["jpeg", "png", "webp", "gif"];

    private readonly Field _root;
    private readonly EmulatedModel _model;
    private readonly TextLimit _limit;
    private readonly List<EmbedCallImage> _images = [];

    private EmbedCallReader(JsonElement body)
    {
        _root = Field.Root(body);
        _model = EmulatedModels.Named(_root["model"], "embed");
        int maxTokens = (int)(_root["max_tokens"].Integer(1, int.MaxValue, "must be at least 1.") ?? int.MaxValue);
        _limit = new TextLimit(Math.Min(maxTokens, _model.ContextLength), _root["truncate"].OneOf("NONE", "START", "END") ?? "END");
    }

    private bool IsVersion3 => _model.IsVersion3;

    /// <summary>The number of dimensions of a model, unless a request asks for another one.</summary>
    internal static int DimensionOf(EmulatedModel model) =>
        !model.IsVersion3 ? DefaultDimension : model.Name.IndexOf("-light-", StringComparison.Ordinal) >= 0 ? 384 : 1024;

    internal static EmbedCall Read(JsonElement body) => new EmbedCallReader(body).Read();

    private EmbedCall Read()
    {
        string inputType = ReadInputType();
        int dimension = ReadDimension();
        string[] types = ReadTypes();
        _root["priority"].Integer(0, 999, "must be between 0 and 999 inclusive.");
        Field kind = OnlyKind();
        CheckInputType(kind, inputType);
        CheckCount(kind);
        string[] texts = kind.Name == "texts" ? kind.Texts() : [];
        EmbedCallInput[] inputs = kind.Name switch
        {
            "texts" => texts.Select(ReadText).ToArray(),
            "images" => kind.Items().Select(item => new EmbedCallInput(string.Empty, 0, [ReadImage(item)])).ToArray(),
            _ => kind.Items().Select((item, index) => ReadInput(item.Object(), index)).ToArray(),
        };
        CheckImages();
        return new EmbedCall(_model, dimension, types, inputs, texts, IsOfImages: kind.Name == "images");
    }

    private string ReadInputType()
    {
        string? type = _root["input_type"].Text();
        return type is not null && InputTypes.Contains(type, StringComparer.Ordinal)
            ? type
            : throw new EmulatorException(400, "invalid request: valid input_type must be provided with the provided model");
    }

    private int ReadDimension()
    {
        Field field = _root["output_dimension"];
        if (IsVersion3)
        {
            return field.IsPresent
                ? throw field.Invalid($"is not supported with model '{_model.Name}'")
                : DimensionOf(_model);
        }

        long dimension = field.Integer(int.MinValue, int.MaxValue, "is out of range") ?? DefaultDimension;
        if (!Dimensions.Contains((int)dimension))
        {
            // Other values out of range result in 400. This one results in 422.
            string allowed = string.Join(" ", Dimensions.Select(value => value.ToString(CultureInfo.InvariantCulture)));
            throw new EmulatorException(422, FormattableString.Invariant($"invalid request: output_dimension {dimension} is not valid, only one of [{allowed}] is supported"));
        }

        return (int)dimension;
    }

    private string[] ReadTypes()
    {
        string[] types = _root["embedding_types"].Items()
            .Select(item => item.OneOf(Types) ?? throw item.WrongType("string"))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        return types.Length > 0 ? types : ["float"];
    }

    private Field OnlyKind()
    {
        Field[] kinds = new[] { _root["texts"], _root["images"], _root["inputs"] }.Where(kind => kind.IsPresent).ToArray();
        return kinds.Length switch
        {
            0 => throw new EmulatorException(400, "invalid request: one of texts, images or inputs must be provided"),
            1 => kinds[0],
            _ => throw new EmulatorException(400, "invalid request: only one of texts, images or inputs can be provided"),
        };
    }

    // Newer models accept texts and images with any input type.
    private void CheckInputType(Field kind, string inputType)
    {
        if (IsVersion3 && kind.Name == "images" && inputType != "image")
        {
            throw new EmulatorException(400, "invalid request: images must be used with input_type=image");
        }

        if (IsVersion3 && kind.Name == "texts" && inputType == "image")
        {
            throw new EmulatorException(400, "invalid request: texts must not be used with input_type=image");
        }
    }

    private static void CheckCount(Field kind)
    {
        int count = kind.Items().Count;
        if (count == 0)
        {
            throw kind.Invalid("must not be empty");
        }

        if (count > MaxInputs && kind.Name != "images")
        {
            throw new EmulatorException(400, FormattableString.Invariant($"invalid request: total number of {kind.Name} must be at most {MaxInputs} - received {count}"));
        }
    }

    private EmbedCallInput ReadText(string text, int index)
    {
        if (text.Length == 0)
        {
            throw new EmulatorException(400, FormattableString.Invariant($"invalid request: texts contains an element that is the empty string at index {index}"));
        }

        return Limited(text, index, []);
    }

    private EmbedCallInput ReadInput(Field input, int index)
    {
        var texts = new List<string>();
        var images = new List<EmbedCallImage>();
        foreach (Field part in input["content"].Items())
        {
            switch (part.Object()["type"].OneOf("text", "image_url"))
            {
                case "text":
                    texts.Add(part["text"].Text() is { Length: > 0 } text ? text : throw part["text"].Invalid("must not be empty"));
                    break;
                case "image_url":
                    images.Add(ReadImage(part["image_url"].Object()["url"]));
                    break;
                default:
                    throw part["type"].Invalid("is required.");
            }
        }

        return texts.Count + images.Count > 0
            ? Limited(string.Join("\n", texts), index, images)
            : throw input["content"].Invalid("must not be empty");
    }

    private EmbedCallInput Limited(string text, int index, IReadOnlyList<EmbedCallImage> images)
    {
        RefusalHook.Check(text, index);
        string cut = _limit.Cut(text, index, out int tokens);
        return new EmbedCallInput(cut, tokens, images);
    }

    private EmbedCallImage ReadImage(Field field)
    {
        byte[] bytes = DataUri(field.Text() ?? throw field.Invalid("is required."))
            ?? throw field.Invalid("must be a base64 data URI of type image/jpeg, image/png, image/webp or image/gif");
        ImageInfo info = ImageInfo.Read(bytes) ?? throw field.Invalid("cannot be decoded as an image");
        var image = new EmbedCallImage(bytes, info);
        _images.Add(image);
        return image;
    }

    private static byte[]? DataUri(string uri)
    {
        const string Scheme = "data:image/";
        const string Encoding = ";base64";
        int comma = uri.IndexOf(',');
        string head = comma < 0 ? string.Empty : uri.Substring(0, comma);
        if (!head.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !head.EndsWith(Encoding, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string mediaType = head.Substring(Scheme.Length).Split(';')[0];
        try
        {
            return MediaTypes.Contains(mediaType, StringComparer.OrdinalIgnoreCase) ? Convert.FromBase64String(uri.Substring(comma + 1)) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private void CheckImages()
    {
        if (IsVersion3 && _images.Count > 1)
        {
            throw new EmulatorException(400, FormattableString.Invariant($"invalid request: total number of images must be at most 1 - received {_images.Count}"));
        }

        int megabytes = IsVersion3 ? MaxImageMegabytes : MaxImagesMegabytes;
        long size = _images.Sum(image => (long)image.Bytes.Length);
        if (size > (long)megabytes * Megabyte)
        {
            throw new EmulatorException(400, FormattableString.Invariant($"invalid request: total size of images must be at most {megabytes}MB - received {size} bytes"));
        }
    }
}
