using CohereShell.Emulation;

namespace CohereShell;

/// <summary>
/// An emulated Cohere service on a loopback socket, for other processes. By default, it accepts any Bearer key
/// except <c>invalid</c>. When it stops, it deletes its data unless <see cref="CohereEmulatorOptions.StatePath"/> is set.
/// </summary>
public sealed class CohereEmulator : IDisposable
{
    private const string DefaultKey = "emulator-key-0";
    private readonly CohereEmulatorOptions _options;
    private readonly EmulatedApi _api;
    private readonly HttpServer _server;

    private CohereEmulator(int port, CohereEmulatorOptions options)
    {
        _options = options;
        _api = new EmulatedApi(options);
        try
        {
            _server = new HttpServer(port, _api);
        }
        catch
        {
            _api.Dispose();
            throw;
        }

        Port = _server.Port;
        BaseUri = new UriBuilder("http", "127.0.0.1", Port).Uri;
    }

    /// <summary>The base address for clients.</summary>
    public Uri BaseUri { get; }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>A key that the emulator accepts.</summary>
    public string ApiKey => _options.ApiKey ?? DefaultKey;

    /// <summary>The key type whose rate limits are enforced. Null means a trial key.</summary>
    public CohereKeyType? KeyType => _options.KeyType;

    /// <summary>The delay before each response in milliseconds.</summary>
    public int LatencyMs => _options.LatencyMs;

    /// <summary>The share of requests that fail, from 0 to 1.</summary>
    public double FaultRate => _options.FaultRate;

    /// <summary>Whether rate limits are enforced.</summary>
    public bool EnforceRateLimit => _options.EnforceRateLimit;

    /// <summary>The number of requests that the key has in all. Null if it isn't enforced.</summary>
    public int? MonthlyLimit => EnforceRateLimit && KeyType != CohereKeyType.Production ? _options.MonthlyLimit ?? CohereEmulatorOptions.DefaultMonthlyLimit : null;

    /// <summary>The seed of the sequence of faults.</summary>
    public int Seed => _options.Seed;

    /// <summary>The minimum duration of an embed job, a batch or a training in milliseconds.</summary>
    public int JobDurationMs => _options.JobDurationMs;

    /// <summary>The folder for datasets, jobs, batches and models. Null if they are deleted when the emulator stops.</summary>
    public string? StatePath => _options.StatePath;

    /// <summary>Whether the emulator is listening.</summary>
    public bool IsRunning => _server.IsRunning;

    /// <summary>The number of requests received.</summary>
    public long RequestCount => _api.RequestCount;

    /// <summary>The number of open connections, for tests of how connections end.</summary>
    internal int OpenConnections => _server.OpenConnections;

    /// <summary>Starts an emulator that listens only on 127.0.0.1.</summary>
    /// <param name="port">The port. 0 for any free port.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port or a value of the options is out of range.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is in use.</exception>
    /// <exception cref="System.IO.IOException">
    /// The folder for the state can't be used, or another emulator is using it.
    /// </exception>
    public static CohereEmulator Start(int port, CohereEmulatorOptions options) => new(port, options);

    /// <summary>Stops listening, closes all connections and ends all jobs. Can be called more than once.</summary>
    public void Stop()
    {
        _server.Dispose();
        _api.Dispose();
    }

    /// <inheritdoc cref="Stop"/>
    public void Dispose() => Stop();
}
