@{
    # For PowerShell 7.4 and later, and for Windows PowerShell 5.1. A script module could choose too, but would make the import
    # four times as slow.
    RootModule             = if ($PSEdition -eq 'Core') { 'bin/net8.0/CohereShell.dll' } else { 'bin/net472/CohereShell.dll' }
    ModuleVersion          = '0.3.0'
    GUID                   = '3c5e0161-b49f-40fc-9e54-d75b02ee6af9'
    Author                 = 'CohereShell contributors'
    CompanyName            = 'CohereShell contributors'
    Copyright              = '(c) CohereShell contributors. MIT licence.'
    Description            = 'Cohere''s complete API for the PowerShell pipeline: chat with streaming, tools and citations, embeddings and search, rerank, classification, tokens, transcription, documents and an index of them, datasets, batches, models and usage. Includes an emulator that needs no API key and no network.'

    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    CompatiblePSEditions   = @('Core', 'Desktop')

    FormatsToProcess       = @('CohereShell.Format.ps1xml')
    TypesToProcess         = @('CohereShell.Types.ps1xml')

    # The names are listed without wildcards. Otherwise, Get-Command would have to load the module.
    CmdletsToExport        = @(
        'Connect-Cohere'
        'ConvertFrom-CohereToken'
        'ConvertTo-CohereToken'
        'Disconnect-Cohere'
        'Enter-CohereChat'
        'Export-CohereDataset'
        'Export-CohereEmbedding'
        'Get-CohereAudit'
        'Get-CohereBatch'
        'Get-CohereDataset'
        'Get-CohereDatasetUsage'
        'Get-CohereEmbedJob'
        'Get-CohereFineTunedModel'
        'Get-CohereFineTuningEvent'
        'Get-CohereFineTuningMetric'
        'Get-CohereModel'
        'Get-CohereOperation'
        'Get-CohereSession'
        'Get-CohereUsage'
        'Import-CohereDocument'
        'Import-CohereEmbedding'
        'Invoke-CohereApi'
        'Invoke-CohereChat'
        'Invoke-CohereClassification'
        'Invoke-CohereParse'
        'Invoke-CohereRerank'
        'Invoke-CohereTranscription'
        'Measure-CohereSimilarity'
        'New-CohereChatMessage'
        'New-CohereDataset'
        'New-CohereEmbedding'
        'New-CohereFineTunedModel'
        'New-CohereTool'
        'Receive-CohereBatch'
        'Receive-CohereEmbedJob'
        'Remove-CohereDataset'
        'Remove-CohereFineTunedModel'
        'Search-CohereEmbedding'
        'Search-CohereIndex'
        'Set-CohereFineTunedModel'
        'Split-CohereText'
        'Start-CohereBatch'
        'Start-CohereEmbedJob'
        'Start-CohereEmulator'
        'Stop-CohereBatch'
        'Stop-CohereEmbedJob'
        'Stop-CohereEmulator'
        'Test-CohereApiKey'
        'Test-CohereConnection'
        'Update-CohereIndex'
        'Wait-CohereBatch'
        'Wait-CohereDataset'
        'Wait-CohereEmbedJob'
        'Wait-CohereFineTunedModel'
    )
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()

    PrivateData            = @{
        PSData = @{
            Tags         = @('Cohere', 'AI', 'LLM', 'Chat', 'RAG', 'Embeddings', 'Rerank', 'PSEdition_Core', 'PSEdition_Desktop', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = @'
0.3.0
- New: an index of documents that is kept up to date and searched, text from PDF, Office, HTML and mail files, chunks, and
  files of embeddings in Apache Arrow. The format .cemb is gone: convert its files with 0.2.0.

0.2.0
- New: embeddings and search, rerank, classification, tokens, transcription, documents from images, retrieval with
  citations, tools, chat at the prompt, datasets, embed jobs, batches and fine-tuned models.
- Retries, timeouts and rate limits use Microsoft.Extensions.Http.Resilience. One attempt is one request.
'@
        }
    }
}
