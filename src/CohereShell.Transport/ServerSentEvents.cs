using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace CohereShell.Transport;

/// <summary>Reads server-sent events as they arrive.</summary>
internal static class ServerSentEvents
{
    /// <summary>Small enough to limit memory, and large enough to spread the cost of passing a batch on.</summary>
    private const int LargestBatch = 128;

    public static async IAsyncEnumerable<IReadOnlyList<T>> ReadAsync<T>(
        Stream stream,
        EventParser<T> parser,
        TimeSpan idleTimeout,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watched = new EventBounds(new IdleTimeoutStream(stream, idleTimeout, ending.Token));
        IAsyncEnumerator<SseItem<T?>> items = SseParser
            .Create<T?>(watched, (type, data) => parser(type, data))
            .EnumerateAsync(ending.Token)
            .GetAsyncEnumerator(ending.Token);
        Task<bool>? waiting = null;
        try
        {
            var batch = new List<T>();
            while (true)
            {
                ValueTask<bool> next = items.MoveNextAsync();
                bool hasItem = false;
                if (next.IsCompletedSuccessfully)
                {
                    hasItem = next.Result;
                    waiting = null;
                }
                else
                {
                    waiting = next.AsTask();
                }

                // Events that have arrived are returned without waiting. A failure is thrown after the events before it.
                if (batch.Count >= LargestBatch || (batch.Count > 0 && waiting is not null))
                {
                    yield return batch;
                    batch = [];
                }

                hasItem = waiting is null ? hasItem : await WaitAsync(waiting, cancellationToken).ConfigureAwait(false);
                if (!hasItem)
                {
                    break;
                }

                if (items.Current.Data is { } item)
                {
                    batch.Add(item);
                }
            }

            if (batch.Count > 0)
            {
                yield return batch;
            }
        }
        finally
        {
            // If the reader stops early, a read is still in flight. It must end before the rest is disposed.
            ending.Cancel();
            if (waiting is not null)
            {
                await Task.WhenAny(waiting).ConfigureAwait(false);
            }

            await items.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<bool> WaitAsync(Task<bool> next, CancellationToken cancellationToken)
    {
        try
        {
            return await next.ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && (ConnectionFailures.IsOne(exception) || ConnectionFailures.IsDamage(exception) || exception is ObjectDisposedException))
        {
            throw new TransportException(ErrorReason.StreamIncomplete, $"The stream was interrupted: {ConnectionProblem.Describe(exception)}.", exception);
        }
    }
}
