using CohereShell.Errors;

namespace CohereShell.Commands;

/// <summary>The path of Invoke-CohereApi. It can also be a whole address, if it's an address of the session.</summary>
internal static class ApiPath
{
    /// <summary>The path below the base address. Any other address ends the command: the key must not go there.</summary>
    public static string From(PSCmdlet command, string path, CohereSession session)
    {
        Uri baseUri = session.BaseUri;
        int scheme = path.IndexOf("://", StringComparison.Ordinal);
        bool isAddress = scheme > 0 && path.Substring(0, scheme).All(character => char.IsLetterOrDigit(character) || character is '+' or '-' or '.');
        if (!isAddress && !path.StartsWith("//", StringComparison.Ordinal))
        {
            return path.StartsWith("/", StringComparison.Ordinal) ? path : "/" + path;
        }

        if (isAddress && PathBelow(path, scheme + 3, baseUri) is { } below)
        {
            return below;
        }

        command.ThrowTerminatingError(ErrorRecords.InvalidValue(
            session.IsEmulator
                ? "-Path is an address, and the session's emulator in this process doesn't have one. Nothing was sent."
                : $"-Path isn't an address below {baseUri}, the address of the session. Nothing was sent.",
            "Specify a path such as /v1/models. To call another server, connect to it with Connect-Cohere -BaseUri, or use Invoke-RestMethod.",
            path));
        throw new InvalidOperationException();
    }

    // The text of the path stays as it was written, because the rules for paths must see what is sent.
    private static string? PathBelow(string address, int start, Uri baseUri)
    {
        int end = address.IndexOfAny(['/', '?', '#', '\\'], start);
        string prefix = baseUri.AbsolutePath.TrimEnd('/');
        if (end < 0 || address[end] != '/' || !IsSameServer(address.Substring(0, end), baseUri))
        {
            return null;
        }

        string path = address.Substring(end);
        return path.StartsWith(prefix + "/", StringComparison.Ordinal) ? path.Substring(prefix.Length) : null;
    }

    private static bool IsSameServer(string server, Uri baseUri) =>
        Uri.TryCreate(server, UriKind.Absolute, out Uri? uri)
        && uri.UserInfo.Length == 0
        && server.IndexOf('@') < 0
        && Uri.Compare(uri, baseUri, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
}
