using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>Transcription: <see href="https://docs.cohere.com/reference/create-audio-transcription"/>.</summary>
internal sealed class EmulatedTranscription : EmulatedOperation
{
    private const int MaxMegabytes = 25;
    private static readonly string[] Extensions = ["flac", "mp3", "mpeg", "mpga", "ogg", "wav"];

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        RequestForm form = RequestForm.Read(request);
        EmulatedModel model = EmulatedModels.Named(form["model"]?.Text);
        if (model.Languages.Count == 0)
        {
            throw EmulatedModels.NotSupported(model, "transcriptions");
        }

        string language = ReadLanguage(model, form["language"]?.Text);
        CheckTemperature(form["temperature"]?.Text);
        MultipartPart file = ReadFile(form["file"]);
        AudioFile audio = AudioFile.Read(file.Content.Span);
        string text = audio.Comment
            ?? FormattableString.Invariant($"This is an emulated transcription of '{Name(file)}': {audio.Seconds:0.0} seconds of audio in {language}.");
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("text", text);
            writer.WriteEndObject();
        });
    }

    private static string ReadLanguage(EmulatedModel model, string? language)
    {
        if (string.IsNullOrEmpty(language))
        {
            throw new EmulatorException(400, "invalid request: language is required");
        }

        return model.Languages.Contains(language, StringComparer.Ordinal)
            ? language!
            : throw new EmulatorException(400, $"invalid request: language must be one of {string.Join(", ", model.Languages)} - received '{language}'");
    }

    private static void CheckTemperature(string? text)
    {
        if (text is null)
        {
            return;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double temperature))
        {
            throw new EmulatorException(422, "invalid type: parameter temperature is of type string but should be of type float.");
        }

        // Not written the other way round, because NaN is out of range too.
        if (!(temperature >= 0 && temperature <= 1))
        {
            throw new EmulatorException(400, "invalid request: temperature must be between 0 and 1.0 inclusive.");
        }
    }

    private static MultipartPart ReadFile(MultipartPart? file)
    {
        if (file?.FileName is null || file.Content.Length == 0)
        {
            throw new EmulatorException(400, file?.FileName is null ? "invalid request: file is required" : "invalid request: file must not be empty");
        }

        string name = Name(file);
        string extension = name.Substring(name.LastIndexOf('.') + 1);
        if (!Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
        {
            throw new EmulatorException(400, $"invalid request: file must have one of the extensions {string.Join(", ", Extensions)} - received '{extension}'");
        }

        return file.Content.Length <= MaxMegabytes * 1024 * 1024
            ? file
            : throw new EmulatorException(400, FormattableString.Invariant($"invalid request: file must be at most {MaxMegabytes}MB - received {file.Content.Length} bytes"));
    }

    // Clients may send a path in front of the name.
    private static string Name(MultipartPart file) => file.FileName!.Substring(file.FileName.LastIndexOfAny(['/', '\\']) + 1);
}
