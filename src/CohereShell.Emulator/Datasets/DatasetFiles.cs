using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace CohereShell.Emulation;

/// <summary>What a dataset has on the disk.</summary>
internal static class DatasetFiles
{
    /// <summary>Waits while files are there that no dataset has yet; they go when the wait is cancelled.</summary>
    internal static async Task HoldAsync(EmulatorStore store, IEnumerable<StoredPart> parts, Func<Task> wait)
    {
        try
        {
            await wait().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Delete(store, parts.Select(part => part.File));
            throw;
        }
    }

    internal static void Delete(EmulatorStore store, IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            try
            {
                store.Files.Delete(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Somebody reads it, on Windows: it goes with the emulator.
            }
        }
    }
}
