using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>
/// Serves the files of datasets at signed URLs on a separate port. It accepts only the signature in the URL and refuses
/// requests that contain an API key. It starts listening when it creates the first URL.
/// </summary>
internal sealed class DownloadService(DatasetStore datasets, TimeSpan lifetime) : IHttpService, IDisposable
{
    private const string Folder = "/cohere-user-datasets/";
    private const string Expires = "X-Goog-Expires";
    private const string Signature = "X-Goog-Signature";
    private const int PieceBytes = 64 * 1024;
    private readonly object _gate = new();
    private readonly byte[] _key = NewKey();
    private HttpServer? _server;
    private bool _isDisposed;

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _server?.Dispose();
        }
    }

    /// <inheritdoc/>
    public FaultChoice Begin() => default;

    /// <inheritdoc/>
    public UploadBody? BeginUpload(string method, string target) => null;

    /// <inheritdoc/>
    public Task<EmulatorResponse> AnswerAsync(EmulatorRequest request, FaultChoice fault, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(request));

    /// <summary>Whether a URL belongs to this service.</summary>
    internal bool Owns(Uri? address) => _server is { } server && address is { IsLoopback: true } && address.Port == server.Port;

    /// <summary>Returns the signed URL of a dataset's file.</summary>
    internal string UrlOf(string dataset, string file)
    {
        string path = Folder + Uri.EscapeDataString(dataset) + "/" + Uri.EscapeDataString(file);
        long expires = DateTimeOffset.UtcNow.Add(lifetime).ToUnixTimeMilliseconds();
        return FormattableString.Invariant($"http://127.0.0.1:{Port()}{path}?{Expires}={expires}&{Signature}={Sign(path, expires)}");
    }

    private static byte[] NewKey()
    {
        byte[] key = new byte[32];
        using RandomNumberGenerator random = RandomNumberGenerator.Create();
        random.GetBytes(key);
        return key;
    }

    private static EmulatorResponse Refusal(int status, string code, string message) => EmulatorResponse.Bytes(
        status,
        "application/xml; charset=UTF-8",
        Encoding.UTF8.GetBytes($"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"));

    private static IEnumerable<byte[]> Pieces(string path, long offset, long length)
    {
        using var file = new FileSlice(path, offset, length);
        byte[] buffer = new byte[PieceBytes];
        for (int count = file.Read(buffer, 0, buffer.Length); count > 0; count = file.Read(buffer, 0, buffer.Length))
        {
            byte[] piece = new byte[count];
            Buffer.BlockCopy(buffer, 0, piece, 0, count);
            yield return piece;
        }
    }

    private int Port()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                throw new ObjectDisposedException(nameof(DownloadService));
            }

            return (_server ??= new HttpServer(0, this)).Port;
        }
    }

    private string Sign(string path, long expires)
    {
        using var hmac = new HMACSHA256(_key);
        byte[] hash = hmac.ComputeHash(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{path}\n{expires}")));
        return string.Concat(hash.Select(one => one.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private EmulatorResponse Answer(EmulatorRequest request)
    {
        if (request.Method is not "GET")
        {
            return Refusal(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
        }

        // Like the storage services that use signed URLs, it refuses requests with two kinds of authentication.
        if (request.Header("Authorization") is not null)
        {
            return Refusal(400, "InvalidArgument", "Only one auth mechanism allowed; only the signature in the query or the Authorization header should be specified.");
        }

        bool isTime = long.TryParse(request.Query(Expires), NumberStyles.None, CultureInfo.InvariantCulture, out long expires);
        if (!isTime || !string.Equals(request.Query(Signature), Sign(request.Path, expires), StringComparison.Ordinal))
        {
            return Refusal(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.");
        }

        if (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() >= expires)
        {
            return Refusal(403, "AccessDenied", "Request has expired.");
        }

        string[] segments = request.Path.Split('/');
        StoredDataset? dataset = datasets.Items.Find(Uri.UnescapeDataString(segments[2]));
        StoredPart? part = dataset?.PartNamed(Uri.UnescapeDataString(segments[3]));
        if (part is null || !File.Exists(datasets.Files.PathOf(part.File)))
        {
            return Refusal(404, "NoSuchKey", "The specified key does not exist.");
        }

        return EmulatorResponse.Pieces("application/octet-stream", Pieces(datasets.Files.PathOf(part.File), part.Offset, part.Bytes), part.Bytes);
    }
}
