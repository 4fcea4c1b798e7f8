using System.Diagnostics.CodeAnalysis;
using CohereShell.Errors;

namespace CohereShell.Input;

/// <summary>Reads images from files and addresses. See https://docs.cohere.com/docs/image-inputs.</summary>
internal static class Images
{
    // The formats that chat and embed accept.
    private static readonly string[] MediaTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    private static readonly string[] AddressSchemes = ["https://", "http://", "data:"];

    /// <summary>
    /// The images as parts of a message: an address unchanged, and a file as a data URI. A problem with an image ends
    /// the command.
    /// </summary>
    public static IEnumerable<ChatContent> Resolve(PSCmdlet command, IEnumerable<string> images, ImageDetail? detail) => images.SelectMany(image =>
    {
        if (!TryResolve(command, image, detail, out IReadOnlyList<ChatContent> parts, out ErrorRecord? error))
        {
            command.ThrowTerminatingError(error);
        }

        return parts;
    });

    /// <summary>The images of a path or an address, as parts of a message.</summary>
    public static bool TryResolve(PSCmdlet command, string image, ImageDetail? detail, out IReadOnlyList<ChatContent> parts, [NotNullWhen(false)] out ErrorRecord? error)
    {
        parts = [];
        error = null;
        if (IsAddress(image))
        {
            parts = [ChatContent.FromImage(image, detail)];
            return true;
        }

        var found = new List<ChatContent>();
        try
        {
            IReadOnlyCollection<string> files = command.SessionState.Path.GetResolvedProviderPathFromPSPath(image, out _);
            foreach (string file in files.Count > 0 ? files : throw new ItemNotFoundException($"No file matches '{image}'."))
            {
                if (!TryRead(file, out string dataUri, out error))
                {
                    return false;
                }

                found.Add(ChatContent.FromImage(dataUri, detail));
            }
        }
        catch (Exception exception) when (exception is SessionStateException or WildcardPatternException)
        {
            error = FilePaths.MeantLiterally(command, image, isLiteral: false) ?? ErrorRecords.FileNotReadable(image, exception);
            return false;
        }

        parts = found;
        return true;
    }

    /// <summary>Whether a value is an address and not a path.</summary>
    public static bool IsAddress(string image) =>
        AddressSchemes.Any(scheme => image.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <summary>The bytes of an image as a data URI.</summary>
    public static string DataUri(string? mediaType, byte[] bytes) => $"data:{mediaType};base64,{Convert.ToBase64String(bytes)}";

    /// <summary>An image file as a data URI.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dataUri">The data URI.</param>
    /// <param name="error">The reason why the image can't be read.</param>
    public static bool TryRead(string path, out string dataUri, [NotNullWhen(false)] out ErrorRecord? error)
    {
        dataUri = string.Empty;
        error = null;
        try
        {
            byte[] bytes = File.ReadAllBytes(FilePaths.RefuseDevice(path));
            string? mediaType = ImageHeader.MediaTypeOf(bytes);
            dataUri = DataUri(mediaType, bytes);
            error = MediaTypes.Contains(mediaType) ? null : ErrorRecords.NotAnImage(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error = ErrorRecords.FileNotReadable(path, exception);
        }

        return error is null;
    }
}
