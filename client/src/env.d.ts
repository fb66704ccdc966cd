/** Scheme and host of the API; empty on H5, which the API's own host serves. */
declare const YUNYU_HOST: string

declare module '*.vue' {
  import type { DefineComponent } from 'vue'

  const component: DefineComponent<object, object, unknown>
  export default component
}

declare const process: { env: { UNI_PLATFORM: 'h5' | 'mp-weixin' } }

/** What the mini-program's own API has beyond `uni`. */
declare const wx: {
  addPhoneCalendar(event: {
    title: string
    startTime: number
    endTime: string
    location: string
    description: string
    alarm: boolean
    alarmOffset: number
    success: () => void
    fail: () => void
  }): void
  requestSubscribeMessage(ask: {
    tmplIds: string[]
    success: (answer: Record<string, string>) => void
    fail: () => void
  }): void
}
